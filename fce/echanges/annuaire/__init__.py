"""The directory of services: what each is competent for, where, who may write to it, and its mailbox."""
