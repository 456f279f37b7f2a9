"""The data of the administrations: imported, read and masked, compared, and published."""
