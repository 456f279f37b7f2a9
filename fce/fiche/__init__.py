"""The sheet: what every source knows of one company or one establishment."""
