"""Questions between services about a company: sent, taken, answered, transferred, closed, in working days."""
