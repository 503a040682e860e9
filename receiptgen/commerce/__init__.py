"""What was bought from whom and how it was paid: amounts that add up."""
