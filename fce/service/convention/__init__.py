"""The funding agreement (convention de délégation de gestion): credits, ledger, committees, public budget page."""
