"""Loading: COPY into a new generation, check, index, switch in one short transaction, roll back, clean up."""
