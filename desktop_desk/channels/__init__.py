"""How requests come in and news go out: mail, web form, phone line."""
