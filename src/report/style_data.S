/* The style of a report's web page, in the binary. */
	.section .rodata
	.globl sl_report_style
	.globl sl_report_style_end
sl_report_style:
	.incbin "report.css"
sl_report_style_end:
	.byte 0
	.section .note.GNU-stack,"",%progbits
