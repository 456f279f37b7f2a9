"""The demonstration: an invented universe written in the official file formats, then imported, and a local identity
provider."""
