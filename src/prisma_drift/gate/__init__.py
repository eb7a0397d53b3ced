"""A live database before a deploy: what has run there, what was changed by hand, and what stands in the way of what is pending."""
