"""Load a file into a new generation: COPY, check, index, switch in one short transaction, roll back, clean up."""
