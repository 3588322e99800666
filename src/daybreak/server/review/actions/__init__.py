"""What changes queries, holds and signatures. Each action is one transaction and one entry of the trail."""
