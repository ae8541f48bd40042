"""The steps from each schema to the next; none of them ever changes once it is published."""
