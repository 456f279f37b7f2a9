"""What is around the sheets: home, legal pages, officers of data, heads of companies, reports, opinions."""
