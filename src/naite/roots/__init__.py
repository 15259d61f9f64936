"""Parts without domain words: everything above may use them, they use nothing of Naite."""
