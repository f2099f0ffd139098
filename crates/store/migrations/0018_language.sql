-- The language that a person chose, as a tag of BCP 47; empty for what their browser says.
ALTER TABLE users ADD COLUMN language TEXT;
