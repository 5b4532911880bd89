/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/store_faults.c
 * @brief A file system for SQLite, over the usual one, whose n-th call fails.
 */
#include "store_faults.h"
#include <sqlite3.h>
#include <stddef.h>

struct File
{
  sqlite3_file base;
  /** The usual file system's, behind this. */
  sqlite3_file *real;
};

static struct StoreFault *present;

static sqlite3_vfs *usual;


/**
 * Must this call fail?
 */
static bool
fails (bool writes)
{
  if ((NULL == present) || ((SQLITE_FULL == present->how) && !writes))
    return false;
  present->calls++;
  return (0 != present->call)
         && (present->lasting ? (present->calls >= present->call)
                              : (present->calls == present->call));
}


static int
how (int detail)
{
  return (SQLITE_FULL == present->how) ? SQLITE_FULL : detail;
}


static sqlite3_file *
real (sqlite3_file *file)
{
  return ((struct File *)file)->real;
}


static int
close_file (sqlite3_file *file)
{
  return real (file)->pMethods->xClose (real (file));
}


static int
read_file (sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
  if (fails (false))
    return how (SQLITE_IOERR_READ);
  return real (file)->pMethods->xRead (real (file), data, size, offset);
}


/**
 * A write that fails has written its first half.
 */
static int
write_file (sqlite3_file *file,
            const void *data,
            int size,
            sqlite3_int64 offset)
{
  bool bad = fails (true);
  int result = real (file)->pMethods->xWrite (real (file),
                                              data,
                                              bad ? size / 2 : size,
                                              offset);

  return bad ? how (SQLITE_IOERR_WRITE) : result;
}


static int
truncate_file (sqlite3_file *file, sqlite3_int64 size)
{
  if (fails (true))
    return how (SQLITE_IOERR_TRUNCATE);
  return real (file)->pMethods->xTruncate (real (file), size);
}


static int
sync_file (sqlite3_file *file, int flags)
{
  (void)file;
  (void)flags;
  if (NULL != present)
    present->syncs++;
  return fails (true) ? how (SQLITE_IOERR_FSYNC) : SQLITE_OK;
}


static int
size_of_file (sqlite3_file *file, sqlite3_int64 *size)
{
  if (fails (false))
    return how (SQLITE_IOERR_FSTAT);
  return real (file)->pMethods->xFileSize (real (file), size);
}


static int
lock_file (sqlite3_file *file, int level)
{
  return real (file)->pMethods->xLock (real (file), level);
}


static int
unlock_file (sqlite3_file *file, int level)
{
  return real (file)->pMethods->xUnlock (real (file), level);
}


static int
check_reserved (sqlite3_file *file, int *reserved)
{
  return real (file)->pMethods->xCheckReservedLock (real (file), reserved);
}


static int
control_file (sqlite3_file *file, int operation, void *argument)
{
  return real (file)->pMethods->xFileControl (real (file), operation, argument);
}


static int
sector_size (sqlite3_file *file)
{
  return real (file)->pMethods->xSectorSize (real (file));
}


static int
characteristics (sqlite3_file *file)
{
  return real (file)->pMethods->xDeviceCharacteristics (real (file));
}


static int
open_file (sqlite3_vfs *vfs,
           const char *name,
           sqlite3_file *opened,
           int flags,
           int *flags_set)
{
  /* Version 1: no memory shared with other processes, which the store does
     without. */
  static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = &close_file,
    .xRead = &read_file,
    .xWrite = &write_file,
    .xTruncate = &truncate_file,
    .xSync = &sync_file,
    .xFileSize = &size_of_file,
    .xLock = &lock_file,
    .xUnlock = &unlock_file,
    .xCheckReservedLock = &check_reserved,
    .xFileControl = &control_file,
    .xSectorSize = &sector_size,
    .xDeviceCharacteristics = &characteristics,
  };
  struct File *file = (struct File *)opened;
  int result;

  (void)vfs;
  file->base.pMethods = NULL;
  if (fails (true))
    return how (SQLITE_CANTOPEN);
  file->real = (sqlite3_file *)&file[1];
  result = usual->xOpen (usual, name, file->real, flags, flags_set);
  if (NULL != file->real->pMethods)
    file->base.pMethods = &methods;
  return result;
}


static int
delete_file (sqlite3_vfs *vfs, const char *name, int sync)
{
  (void)vfs;
  if (fails (true))
    return how (SQLITE_IOERR_DELETE);
  return usual->xDelete (usual, name, sync);
}


void
store_faults_register (void)
{
  static sqlite3_vfs vfs;

  usual = sqlite3_vfs_find (NULL);
  vfs = *usual;
  vfs.pNext = NULL;
  vfs.zName = STORE_FAULTS_VFS;
  vfs.szOsFile = (int)sizeof (struct File) + usual->szOsFile;
  vfs.xOpen = &open_file;
  vfs.xDelete = &delete_file;
  (void)sqlite3_vfs_register (&vfs, 0);
}


void
store_faults_set (struct StoreFault *fault)
{
  present = fault;
}
