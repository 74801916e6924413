"""From what a person writes to an entry that is proven: fields, amounts, names, passages."""
