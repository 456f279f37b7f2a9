"""Many companies at once: lists, territories, tables reconciled, and the files made of them."""
