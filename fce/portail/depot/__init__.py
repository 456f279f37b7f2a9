"""The screens of data officers: send a file of one's sources, read its report, publish it or give it up."""
