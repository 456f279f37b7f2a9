"""A sheet sent to a colleague: a link, and what he reads is what his own rights open."""
