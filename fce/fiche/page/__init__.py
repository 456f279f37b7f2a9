"""What the pages of the sheet print: chapters, HTML written in Python, templates of the blocs, columns chosen."""
