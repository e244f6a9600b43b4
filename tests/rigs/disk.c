/* A disk between the program and the system, preloaded into the real program: it records what is written below one
 * folder, or lets one call fail. The environment names the folder (DISK_FOLDER) and the record (DISK_RECORD).
 *
 * A record is a sequence of: op (1 byte), file number (4), offset or length (8), length of the data (4), data.
 * ops: C created (data: name)  W written  T cut to a length  S synced  U unlinked (data: name)
 *      R renamed (data: old, 0, new)  M folder made (data: name)  D folder synced (data: its name)  N note (data: text)
 * Names are told from the watched folder on, which is "" itself; a folder that is removed is unlinked, too.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define FDS 4096
#define FILES 65536
#define FOLDERS 1024

/* Folders are numbered downwards from here. */
enum { NONE = -1, FOLDER = -2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int ready, record = -1;
static char folder[PATH_MAX];
static size_t folder_length;
static int32_t of_fd[FDS];
static struct { dev_t dev; ino_t ino; int there; } files[FILES];
static int32_t file_count;
static char *folders[FOLDERS];
static int32_t folder_count;

static long calls, fails_at;
static int fails_with, fails_on;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pread)(int, void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);
static int (*real_unlinkat)(int, const char *, int);
static int (*real_mkdir)(const char *, mode_t);
static int (*real_rmdir)(const char *);
static int (*real_rename)(const char *, const char *);
static ssize_t (*real_sendfile)(int, int, off_t *, size_t);

static void begin(void)
{
    if (ready)
        return;
    real_open = dlsym(RTLD_NEXT, "open64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_pread = dlsym(RTLD_NEXT, "pread64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_unlinkat = dlsym(RTLD_NEXT, "unlinkat");
    real_mkdir = dlsym(RTLD_NEXT, "mkdir");
    real_rmdir = dlsym(RTLD_NEXT, "rmdir");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_sendfile = dlsym(RTLD_NEXT, "sendfile64");
    for (int i = 0; i < FDS; i++)
        of_fd[i] = NONE;
    ready = 1;
}

__attribute__((constructor)) static void start(void) { begin(); }

/* What the rig itself says, through ctypes. */

void disk_watch(const char *path, const char *into)
{
    begin();
    strncpy(folder, path, sizeof folder - 1);
    folder_length = strlen(folder);
    if (into && *into)
        record = real_open(into, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* kinds: 1 what needs room (create, write, lengthen), 2 writes, 4 syncs, 8 reads, 16 unlink and rename */
void disk_fail(int kinds, long at, int error) { fails_on = kinds; fails_at = at; fails_with = error; calls = 0; }
long disk_calls(void) { return calls; }

static void put(char op, int32_t file, int64_t offset, const void *data, uint32_t length)
{
    char head[17];
    if (record < 0)
        return;
    head[0] = op;
    memcpy(head + 1, &file, 4);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &length, 4);
    real_write(record, head, 17);
    if (length)
        real_write(record, data, length);
}

void disk_note(const char *text)
{
    pthread_mutex_lock(&lock);
    put('N', -1, 0, text, strlen(text));
    pthread_mutex_unlock(&lock);
}

/* A positive fails_at fails that one call; a negative one fails it and all after it. */
static int fails(int kinds)
{
    if (!(fails_on & kinds) || !fails_at)
        return 0;
    calls++;
    if (fails_at > 0 ? calls != fails_at : calls < -fails_at)
        return 0;
    errno = fails_with;
    return 1;
}

static int is_ours(const char *path)
{
    return folder_length && !strncmp(path, folder, folder_length) && path[folder_length] == '/' &&
           !(strlen(path) > 4 && !strcmp(path + strlen(path) - 4, "-shm"));
}

static int32_t number_of(int fd, int created)
{
    struct stat at;
    if (fstat(fd, &at))
        return NONE;
    if (!created)
        for (int32_t i = file_count - 1; i >= 0; i--)
            if (files[i].there && files[i].dev == at.st_dev && files[i].ino == at.st_ino)
                return i;
    for (int32_t i = 0; i < file_count; i++)
        if (files[i].dev == at.st_dev && files[i].ino == at.st_ino)
            files[i].there = 0;
    files[file_count].dev = at.st_dev;
    files[file_count].ino = at.st_ino;
    files[file_count].there = 1;
    return file_count++;
}

/* A path as it is told, from the watched folder on. */
static const char *name_of(const char *path) { return path[folder_length] ? path + folder_length + 1 : ""; }

static int32_t folder_number(const char *path)
{
    for (int32_t i = 0; i < folder_count; i++)
        if (!strcmp(folders[i], name_of(path)))
            return FOLDER - i;
    if (folder_count == FOLDERS)
        abort();
    folders[folder_count] = strdup(name_of(path));
    return FOLDER - folder_count++;
}

static int opened(const char *path, int flags, mode_t mode)
{
    struct stat at;
    int created, known, fd;
    begin();
    if ((folder_length && !strcmp(path, folder)) || (is_ours(path) && !stat(path, &at) && S_ISDIR(at.st_mode))) {
        fd = real_open(path, flags, mode);
        pthread_mutex_lock(&lock);
        if (fd >= 0 && fd < FDS)
            of_fd[fd] = folder_number(path);
        pthread_mutex_unlock(&lock);
        return fd;
    }
    if (!is_ours(path))
        return real_open(path, flags, mode);
    pthread_mutex_lock(&lock);
    created = (flags & O_CREAT) && stat(path, &at);
    if (created && fails(1)) {
        pthread_mutex_unlock(&lock);
        return -1;
    }
    known = file_count;
    fd = real_open(path, flags, mode);
    if (fd >= 0 && fd < FDS) {
        of_fd[fd] = number_of(fd, created);
        /* Also one that was there before: its name is told once. */
        if (of_fd[fd] >= known)
            put(created ? 'C' : 'E', of_fd[fd], 0, name_of(path), strlen(name_of(path)));
        if (flags & O_TRUNC)
            put('T', of_fd[fd], 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return fd;
}

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return opened(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return opened(path, flags, mode);
}

static int32_t file_of(int fd) { return fd >= 0 && fd < FDS ? of_fd[fd] : NONE; }

int close(int fd)
{
    begin();
    if (fd >= 0 && fd < FDS)
        of_fd[fd] = NONE;
    return real_close(fd);
}

static ssize_t written(int fd, const void *data, size_t length, off_t offset, int here)
{
    int32_t file;
    ssize_t done;
    begin();
    file = file_of(fd);
    if (file < 0)
        return here ? real_write(fd, data, length) : real_pwrite(fd, data, length, offset);
    pthread_mutex_lock(&lock);
    if (fails(1 | 2)) {
        pthread_mutex_unlock(&lock);
        return -1;
    }
    if (here)
        offset = lseek(fd, 0, SEEK_CUR);
    done = here ? real_write(fd, data, length) : real_pwrite(fd, data, length, offset);
    if (done > 0)
        put('W', file, offset, data, done);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t write(int fd, const void *data, size_t length) { return written(fd, data, length, 0, 1); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return written(fd, data, length, at, 0); }
ssize_t pwrite64(int fd, const void *data, size_t length, off_t at) { return written(fd, data, length, at, 0); }

ssize_t pread64(int fd, void *data, size_t length, off_t at)
{
    begin();
    if (file_of(fd) >= 0 && fails(8))
        return -1;
    return real_pread(fd, data, length, at);
}

static int cut(int fd, off_t length)
{
    int done;
    begin();
    if (file_of(fd) < 0)
        return real_ftruncate(fd, length);
    pthread_mutex_lock(&lock);
    done = fails(1 | 2) ? -1 : real_ftruncate(fd, length);
    if (!done)
        put('T', file_of(fd), length, NULL, 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off_t length) { return cut(fd, length); }

static int synced(int fd, int (*real)(int))
{
    int done;
    int32_t file = file_of(fd);
    if (file == NONE)
        return real(fd);
    pthread_mutex_lock(&lock);
    done = fails(4) ? -1 : real(fd);
    if (!done && file <= FOLDER)
        put('D', -1, 0, folders[FOLDER - file], strlen(folders[FOLDER - file]));
    else if (!done)
        put('S', file, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int fd) { begin(); return synced(fd, real_fsync); }
int fdatasync(int fd) { begin(); return synced(fd, real_fdatasync); }

/* Copies are to go through write(), where they are seen. */
ssize_t sendfile64(int to, int from, off_t *offset, size_t length)
{
    begin();
    if (file_of(to) < 0)
        return real_sendfile(to, from, offset, length);
    errno = EINVAL;
    return -1;
}

ssize_t sendfile(int to, int from, off_t *offset, size_t length) { return sendfile64(to, from, offset, length); }

/* Take a name away in the system's way `how`: 0 unlink, 1 rmdir. */
static int removed(const char *path, int how)
{
    int done;
    begin();
    if (!is_ours(path))
        return how ? real_rmdir(path) : real_unlink(path);
    pthread_mutex_lock(&lock);
    done = fails(16) ? -1 : how ? real_rmdir(path) : real_unlink(path);
    if (!done)
        put('U', -1, 0, name_of(path), strlen(name_of(path)));
    pthread_mutex_unlock(&lock);
    return done;
}

int unlink(const char *path) { return removed(path, 0); }
int rmdir(const char *path) { return removed(path, 1); }

int unlinkat(int fd, const char *path, int flags)
{
    char whole[2 * PATH_MAX];
    begin();
    if (fd < 0 || fd >= FDS || of_fd[fd] > FOLDER || *path == '/')
        return real_unlinkat(fd, path, flags);
    snprintf(whole, sizeof whole, "%s/%s%s%s", folder, folders[FOLDER - of_fd[fd]],
             *folders[FOLDER - of_fd[fd]] ? "/" : "", path);
    return removed(whole, !!(flags & AT_REMOVEDIR));
}

int mkdir(const char *path, mode_t mode)
{
    int done;
    begin();
    if (!is_ours(path))
        return real_mkdir(path, mode);
    pthread_mutex_lock(&lock);
    done = real_mkdir(path, mode);
    if (!done)
        put('M', -1, 0, name_of(path), strlen(name_of(path)));
    pthread_mutex_unlock(&lock);
    return done;
}

int rename(const char *from, const char *to)
{
    char names[2 * PATH_MAX];
    int done;
    size_t first, second;
    begin();
    if (!is_ours(from) || !is_ours(to))
        return real_rename(from, to);
    pthread_mutex_lock(&lock);
    done = fails(16) ? -1 : real_rename(from, to);
    if (!done) {
        first = strlen(name_of(from));
        second = strlen(name_of(to));
        memcpy(names, name_of(from), first + 1);
        memcpy(names + first + 1, name_of(to), second);
        put('R', -1, 0, names, first + 1 + second);
    }
    pthread_mutex_unlock(&lock);
    return done;
}
