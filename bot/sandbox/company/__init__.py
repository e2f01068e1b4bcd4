"""The sample company of the demo: who works there, who its customers are, and six weeks of what they wrote."""
