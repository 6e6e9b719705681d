/* Who may do what: eight roles.  A route and a use case name the least role that they need; default deny. */
#ifndef SL_MODEL_ROLE_H
#define SL_MODEL_ROLE_H

enum sl_role {
	SL_ROLE_PUBLIC, /* nobody signed in; sees nothing unless the programme says so */
	SL_ROLE_READER,
	SL_ROLE_OPERATOR, /* own organisation's records */
	SL_ROLE_DATA_ENTRY,
	SL_ROLE_REVIEWER,
	SL_ROLE_QUALITY,
	SL_ROLE_OFFICER, /* information officer */
	SL_ROLE_ADMINISTRATOR,
};

#endif
