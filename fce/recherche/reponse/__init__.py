"""What is answered: results, their lines and reasons, counts, suggestions, exports."""
