"""The page that shows two messages beside each other: what is compared, how it is written, what is proposed."""
