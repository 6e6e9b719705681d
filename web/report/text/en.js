// The texts of the page of reports, which loads them when it is opened.
export default {
	"reports-title": "Reports", "reports-says": "Each is made from the approved records at the moment you ask. Every number links to the records behind it; what is not known is printed as unknown.",
	"report-of.areas": "Annex: every area that is known or suspected on a date, one line each.", "report-of.article5": "What remains, what was done, the rate needed and reached, and when the work would end.",
	"report-of.article7": "The annual report under the Mine Ban Convention, by theme, with the reconciliation of the land.", "report-of.article7-forms": "The same, in the order of forms A to J.",
	"report-of.article7-ccm": "The annual report under the Convention on Cluster Munitions.", "report-of.country": "One country on a few pages, with a map and charts.", "report-of.education": "Who was reached with risk education, where and how.",
	"report-of.funding": "Grants: targets beside results, with what each means.", "report-of.monthly": "A month’s work by task, organisation and area.", "report-of.quality": "Visits, nonconformities and sampling.",
	"report-of.scorecard": "How good the data are: findings by rule and by organisation.", "report-of.stockpile": "Stockpiles: held, destroyed, retained.", "report-of.victims": "Casualties; small counts are withheld, so that nobody is recognised.",
	"report-of.fieldmap": "One hazard on one sheet for the team: turning points, bearings and distances, and the same points for a receiver.", "report-fieldmap": "Field map",
	"report-of.completion": "Certificate of completion and handover of one hazard, release or task, to sign.", "report-of.plot": "The signed answer to who asks about a plot: what is recorded there, how near, what is not known.",
	"report-of.situation": "What changed in a month, in sentences, each with its cause.", "report-record": "Identifier of the hazard, release or task", "report-place": "Position, in any notation",
	"report-need-record": "Say which record first.", "report-need-place": "Say where first.",
	"report-all": "All reports", "report-language": "Language of the report", "report-asks": "What the programme does not hold", "report-asks-says": "What is left empty is printed as unknown.", "report-preview": "Preview",
	"report-preview-says": "The preview opens in a tab of its own, with every figure as a link.", "report-download": "Download {format}", "report-date": "As of", "report-closing": "Leave the first day empty for all years.", "report-hazard": "Identifier of the hazard",
	"report-paper": "Paper", "report-order": "The period ends before it begins.", "report-need": "Say which hazard first.",
	"freeze-title": "The end of the year", "freeze-says": "A frozen account stays as it was reported. What changes in the records afterwards is explained as a difference, cause by cause.",
	"freeze-days": { one: "The account of 31 December is frozen by itself {n} day later.", other: "The account of 31 December is frozen by itself {n} days later." }, "freeze-never": "No account is frozen by itself.", "freeze-change": "Change this in the settings",
	"freeze-ask": "An administrator sets whether the year’s account is frozen by itself.", "freeze-none": "No account is frozen yet.", "freeze-known": "Frozen as known on", "freeze-now": "Freeze an account now", "freeze-name": "Name of the frozen account", "freeze-done": "{name} is frozen.",
};
