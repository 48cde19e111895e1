#include <sqlite3.h>

// What Swift cannot call or see of SQLite: functions with a variable list of arguments, and the
// constant that says that SQLite makes its own copy.

static inline int lake_sqlite_set(sqlite3 *db, int option, int value) {
  return sqlite3_db_config(db, option, value, (int *)0);
}

static inline int lake_sqlite_bind_text(sqlite3_stmt *s, int index, const char *text, int count) {
  return sqlite3_bind_text(s, index, text, count, SQLITE_TRANSIENT);
}

static inline int lake_sqlite_bind_blob(sqlite3_stmt *s, int index, const void *data, int count) {
  return sqlite3_bind_blob(s, index, data, count, SQLITE_TRANSIENT);
}
