"""Which visits and contacts cross one another: pure rules, and the statement that finds them."""
