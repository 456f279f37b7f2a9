"""The funding agreement: its credits, its ledger, its committees, and the public page of the budget."""
