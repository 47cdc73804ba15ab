"""The tool canon in the demo: weeks of calls, what was refused, what people were asked."""
