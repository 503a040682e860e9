"""From a receipt that was read to a template that draws its like."""
