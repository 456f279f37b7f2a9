"""What an attachment really is, from its bytes: pure checks, one module per family of files."""
