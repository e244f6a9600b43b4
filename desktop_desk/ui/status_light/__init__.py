"""The status light: whether mail, form and phone line are well, in a word, a colour and a shape."""
