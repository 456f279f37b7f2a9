"""Data sets that producers describe on screens: declarations as data, signed, in force without a restart."""
