// The texts of the settings, which load them when they are opened.
export default {
	"set.public": "Open to the public", "set-says.public": "Published layers answer without signing in, generalised.", 
	"set.small-cell": "Suppress counts of people below",
	"set-says.small-cell": "In what is published, so that nobody is recognised in a small number. 0 suppresses none.", "set.generalise": "Generalise published places, metres",
	"set-says.generalise": "They are moved to a grid so wide. 0 publishes them exactly.", "set.session-hours": "A sign-in ends after, hours", "set-says.session-hours": "Even when it is used.",
	"set.session-idle": "And after minutes without use", "set-says.session-idle": "Shorter where computers are shared.", "set.freeze": "Freeze the year's account, days after 31 December",
	"set-says.freeze": "As a snapshot that stays as it was reported. 0 freezes none by itself.", "set.language": "Language of the pages",
	"set-says.language": "For who has chosen none on their device. Everybody may choose their own.", "did.sign-in": "signed in", "did.sign-in-refused": "was refused", "did.sign-out": "signed out",
	"did.sessions-end": "signed out elsewhere", "did.read-sensitive": "read sealed data", "did.user-add": "made an account", "did.user-role": "changed a role", "did.user-link": "made a link",
	"did.user-password": "set a password", "did.user-disable": "disabled an account", "did.user-enable": "enabled an account", "did.token-create": "made a token", "did.token-revoke": "revoked a token",
	"did.set": "changed a setting", "did.programme-set": "renamed the programme", "did.organisation-add": "added an organisation", "did.organisation-change": "changed an organisation",
	"did.vocabulary-set": "changed a list", "did.snapshot": "froze an account", "did.template-set": "put a template of a report in", "did.template-remove": "took a template of a report out",
	"did.import": "imported a file", "did.erase": "erased a person", "did.setup-link": "printed the first link",
	"did.review approve": "approved", "did.review return": "returned", "did.review reject": "rejected", "did.review duplicate": "marked a duplicate", "did.review undo": "undid a step",
};
