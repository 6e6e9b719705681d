# The front door.  CMake does the work (CMakePresets.json); `make` alone builds build/release/safelane.
.PHONY: all check golden lint asan clean

all:
	cmake --preset release >/dev/null
	cmake --build --preset release

check:
	./check

golden: all
	tools/golden.sh --update

lint:
	tools/layers.sh
	tools/lint.sh

asan:
	cmake --preset asan >/dev/null
	cmake --build --preset asan --target safelane tests
	for t in build/asan/test_*; do $$t || exit 1; done

clean:
	rm -rf build
