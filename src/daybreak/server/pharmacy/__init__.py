"""The pharmacist's pages: which kit for whom and what is in it; nobody else is told, and each look is in the trail."""
