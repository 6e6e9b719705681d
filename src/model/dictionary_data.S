/* The files of dictionary/ as they stand, in the binary (see dictionary.c). */
	.macro csv name
	.globl sl_dictionary_\name
	.globl sl_dictionary_\name\()_end
sl_dictionary_\name:
	.incbin "\name\().csv"
sl_dictionary_\name\()_end:
	.byte 0
	.endm

	.section .rodata
	csv hazard
	csv activity
	csv release
	csv ordnance
	csv accident
	csv victim
	csv education
	csv quality
	csv stockpile
	csv task
	csv organisation
	csv place
	csv assistance
	csv funding
	csv source
	csv choices
	csv catalogue
	csv rules
	csv translations

	/* dictionary/forms: see field_forms.c */
	.macro form name
	.globl sl_field_form_\name
	.globl sl_field_form_\name\()_end
sl_field_form_\name:
	.incbin "forms/\name\().csv"
sl_field_form_\name\()_end:
	.byte 0
	.endm

	form survey
	form hazard_report
	form technical_survey
	form clearance_sheet
	form completion
	form spot_task
	form accident_report
	form education_session
	form quality_visit
	form source_report

	.section .note.GNU-stack,"",%progbits
