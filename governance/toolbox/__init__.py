"""What the file of the tool canon may say: its entries, its phrases, and how it is read and checked. Knows no Django."""
