# Build the files of a folder into the binary: each as it is and gzipped, in one assembly file with a table
# (src/http/asset.c reads it).  sl_embed(TARGET FOLDER... [MADE path file ...]): what is behind MADE comes of the build.
function(sl_embed target)
  set(out ${CMAKE_BINARY_DIR}/assets)
  set(text "/* Made by tools/embed.cmake. */\n\t.section .data.rel.ro,\"aw\",%progbits\n\t.balign 8\n\t.globl sl_assets\nsl_assets:\n")
  set(data "\t.section .rodata\n")
  set(parts "")
  set(n 0)
  cmake_parse_arguments(PARSE_ARGV 1 given "" "" MADE)
  set(pairs "")
  foreach(folder ${given_UNPARSED_ARGUMENTS})
    file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/*)
    foreach(file ${files})
      list(APPEND pairs ${file} ${folder}/${file})
    endforeach()
  endforeach()
  list(APPEND pairs ${given_MADE})
  while(pairs)
    list(POP_FRONT pairs path file)
    set(gz ${out}/${n}.gz)
    add_custom_command(OUTPUT ${gz} DEPENDS ${file}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${out}
      COMMAND gzip -9 -n -c ${file} > ${gz} VERBATIM)
    string(APPEND text "\t.quad 1${n}0f, 1${n}1f, 1${n}2f, 1${n}3f, 1${n}4f\n")
    string(APPEND data "1${n}0:\t.asciz \"${path}\"\n1${n}1:\t.incbin \"${file}\"\n1${n}2:\t.byte 0\n"
      "1${n}3:\t.incbin \"${gz}\"\n1${n}4:\t.byte 0\n")
    list(APPEND parts ${file} ${gz})
    math(EXPR n "${n} + 1")
  endwhile()
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

# @getodk/web-forms with Vue, one bundle in parts that the page of forms alone loads (tools/web_forms/).
# sl_web_forms(PARTS) sets PARTS to pairs of path and file, for sl_embed.
function(sl_web_forms parts)
  find_program(node NAMES node nodejs REQUIRED)
  set(tool ${CMAKE_SOURCE_DIR}/tools/web_forms)
  set(out ${CMAKE_BINARY_DIR}/web_forms)
  set(made "")
  set(pairs "")
  foreach(file web-forms.js web-forms-engine.js web-forms-map.js web-forms-parser.wasm web-forms-xpath.wasm web-forms.css web-forms.LICENSES.txt)
    list(APPEND made ${out}/${file})
    list(APPEND pairs foreign/${file} ${out}/${file})
  endforeach()
  add_custom_command(OUTPUT ${made} COMMAND ${node} ${tool}/bundle.mjs ${out}
    DEPENDS ${tool}/bundle.mjs ${tool}/mount.js ${tool}/hooks.js ${tool}/styles.js ${tool}/growing.js ${tool}/shapes.js ${tool}/words.js ${CMAKE_SOURCE_DIR}/package-lock.json
    COMMENT "Bundling web-forms" VERBATIM)
  set(${parts} ${pairs} PARENT_SCOPE)
endfunction()

# What is not written for the pages but belongs to them, copied into a folder for sl_embed: the map engine and the
# outlines of countries (npm, package-lock.json).
function(sl_foreign_parts out)
  set(npm ${CMAKE_SOURCE_DIR}/node_modules)
  foreach(file maplibre-gl.mjs maplibre-gl-worker.mjs maplibre-gl.css)
    configure_file(${npm}/maplibre-gl/dist/${file} ${out}/foreign/${file} COPYONLY)
  endforeach()
  configure_file(${npm}/maplibre-gl/LICENSE.txt ${out}/foreign/maplibre-gl.LICENSE.txt COPYONLY)
  foreach(file countries-50m.json countries-110m.json)
    configure_file(${npm}/world-atlas/${file} ${out}/foreign/${file} COPYONLY)
  endforeach()
  # Coordinates as people write them, and lengths and areas on the ellipsoid.
  foreach(file mgrs.js utm.js latlon-ellipsoidal.js latlon-ellipsoidal-datum.js dms.js vector3d.js)
    configure_file(${npm}/geodesy/${file} ${out}/foreign/geodesy/${file} COPYONLY)
  endforeach()
  configure_file(${npm}/geodesy/LICENSE ${out}/foreign/geodesy/LICENSE COPYONLY)
  configure_file(${npm}/geographiclib-geodesic/geographiclib-geodesic.min.js ${out}/foreign/geographiclib-geodesic.js COPYONLY)
  configure_file(${npm}/geographiclib-geodesic/LICENSE.txt ${out}/foreign/geographiclib-geodesic.LICENSE.txt COPYONLY)
  # Letters for machines that have none (web/fonts/): Arabic and Khmer, under the SIL Open Font License.
  foreach(script arabic khmer)
    foreach(weight 400 700)
      set(font noto-sans-${script}-${script}-${weight}-normal.woff2)
      configure_file(${npm}/@fontsource/noto-sans-${script}/files/${font} ${out}/foreign/${font} COPYONLY)
    endforeach()
    configure_file(${npm}/@fontsource/noto-sans-${script}/LICENSE ${out}/foreign/noto-sans-${script}.LICENSE.txt COPYONLY)
  endforeach()
endfunction()
