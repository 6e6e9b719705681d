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

	.section .note.GNU-stack,"",%progbits
