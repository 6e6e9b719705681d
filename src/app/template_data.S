/* The templates of reports as they stand in templates/, in the binary (see report_template.c). */
	.macro template name
	.section .rodata
7:	.asciz "\name"
8:	.incbin "\name\().txt"
9:	.byte 0
	.section .data.rel.ro,"aw",%progbits
	.quad 7b, 8b, 9b
	.endm

	.section .data.rel.ro,"aw",%progbits
	.balign 8
	.globl sl_report_templates
sl_report_templates:
	template "article7"
	template "article7-forms"
	template "article5"
	template "monthly"
	template "scorecard"
	template "victims"
	template "country"
	template "article7-ccm"
	template "education"
	template "quality"
	template "stockpile"
	template "funding"
	template "areas"
	template "completion"
	template "plot"
	template "situation"
	template "parts"
	.quad 0, 0, 0

	.section .note.GNU-stack,"",%progbits
