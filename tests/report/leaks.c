/* fontconfig 2.14 keeps 288 bytes once in a process, however many reports are made; the sanitizer need not say so. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}
