"""The directory of services: competence, territory, who may write to each, mailbox."""
