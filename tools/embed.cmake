# Build the files of a folder into the binary: each as it is and gzipped, in one assembly file with a table
# (src/http/asset.c reads it).  sl_embed(TARGET FOLDER...)
function(sl_embed target)
  set(out ${CMAKE_BINARY_DIR}/assets)
  set(text "/* Made by tools/embed.cmake. */\n\t.section .data.rel.ro,\"aw\",%progbits\n\t.balign 8\n\t.globl sl_assets\nsl_assets:\n")
  set(data "\t.section .rodata\n")
  set(parts "")
  set(n 0)
  foreach(folder ${ARGN})
    file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/*)
    foreach(file ${files})
      set(gz ${out}/${n}.gz)
      add_custom_command(OUTPUT ${gz} DEPENDS ${folder}/${file}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${out}
        COMMAND gzip -9 -n -c ${folder}/${file} > ${gz} VERBATIM)
      string(APPEND text "\t.quad 1${n}0f, 1${n}1f, 1${n}2f, 1${n}3f, 1${n}4f\n")
      string(APPEND data "1${n}0:\t.asciz \"${file}\"\n1${n}1:\t.incbin \"${folder}/${file}\"\n1${n}2:\t.byte 0\n"
        "1${n}3:\t.incbin \"${gz}\"\n1${n}4:\t.byte 0\n")
      list(APPEND parts ${folder}/${file} ${gz})
      math(EXPR n "${n} + 1")
    endforeach()
  endforeach()
  string(APPEND text "\t.globl sl_assets_end\nsl_assets_end:\n" "${data}" "\t.section .note.GNU-stack,\"\",%progbits\n")
  file(GENERATE OUTPUT ${out}/assets.S CONTENT "${text}")
  set_source_files_properties(${out}/assets.S PROPERTIES GENERATED TRUE OBJECT_DEPENDS "${parts}" LANGUAGE ASM)
  target_sources(${target} PRIVATE ${out}/assets.S)
endfunction()

# What comes by npm is there from here on.
function(sl_npm_parts)
  execute_process(COMMAND ${CMAKE_SOURCE_DIR}/tools/npm_parts.sh RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "the parts of the build that npm brings are missing: tools/npm_parts.sh says why")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/package-lock.json)
endfunction()

# What is not written for the pages but belongs to them, copied into a folder for sl_embed: the map engine and the
# outlines of countries (npm, package-lock.json).
function(sl_foreign_parts out)
  set(npm ${CMAKE_SOURCE_DIR}/node_modules)
  foreach(file maplibre-gl.mjs maplibre-gl-worker.mjs maplibre-gl.css)
    configure_file(${npm}/maplibre-gl/dist/${file} ${out}/foreign/${file} COPYONLY)
  endforeach()
  configure_file(${npm}/maplibre-gl/LICENSE.txt ${out}/foreign/maplibre-gl.LICENSE.txt COPYONLY)
  configure_file(${npm}/world-atlas/countries-50m.json ${out}/foreign/countries.json COPYONLY)
endfunction()
