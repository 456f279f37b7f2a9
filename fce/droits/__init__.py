"""Rights: accounts and sessions, habilitations and the policy that reads them, the journal of every reading."""
