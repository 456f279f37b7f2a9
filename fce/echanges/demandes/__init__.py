"""Questions between services about a company: sent, taken, answered, transferred, closed. Delays are in working
days."""
