/* Runs a fuzz target over the files and folders that are named: the corpus without libFuzzer. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static size_t n_files;

static int one_file(const char *path, size_t size)
{
	/* Exactly as large as the input, so that the sanitizer sees a read beyond it. */
	uint8_t *data = malloc(size ? size : 1);
	FILE *f = fopen(path, "rb");

	if (!data || !f || fread(data, 1, size, f) != size) {
		perror(path);
		free(data);
		if (f)
			fclose(f);
		return 1;
	}
	fclose(f);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	n_files++;
	return 0;
}

static int replay(const char *path)
{
	struct stat st;
	struct dirent *entry;
	char inner[4096];
	DIR *d;
	int bad = 0;

	if (stat(path, &st)) {
		perror(path);
		return 1;
	}
	if (!S_ISDIR(st.st_mode))
		return one_file(path, (size_t)st.st_size);
	d = opendir(path);
	if (!d) {
		perror(path);
		return 1;
	}
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.') {
			snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
			bad |= replay(inner);
		}
	closedir(d);
	return bad;
}

int main(int argc, char **argv)
{
	int bad = 0;

	for (int i = 1; i < argc; i++)
		bad |= replay(argv[i]);
	printf("%zu inputs replayed\n", n_files);
	return bad || !n_files;
}
