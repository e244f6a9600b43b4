/* A network share whose locks are honest: a folder passed through FUSE, mounted once for each computer that reaches it.
 *
 * The system keeps pages of each mount in a cache of its own, as two computers do. Locks are taken on the folder below
 * it, each in the name of the program that asked: so they hold between programs and between mounts. SECONDS is how long
 * a mount trusts what it knows of a file: 0 asks at each read whether it changed, as network file systems do.
 *
 * share FOLDER SECONDS MOUNTPOINT -f
 */
#define _GNU_SOURCE
#define FUSE_USE_VERSION 31
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define OWNERS 4096

static int folder;
static double trusted;

/* One open file below for each program that asked for a lock on a file: the lock is that file's, not this process's. */
static struct { uint64_t owner; dev_t dev; ino_t ino; int fd; } owners[OWNERS];
static int owner_count;

static const char *below(const char *path) { return path[1] ? path + 1 : "."; }
static int done(int result) { return result < 0 ? -errno : 0; }

static void *begin(struct fuse_conn_info *info, struct fuse_config *config)
{
    (void)info;
    config->attr_timeout = config->entry_timeout = trusted;
    config->negative_timeout = 0;
    config->use_ino = 1;
    return NULL;
}

static int get(const char *path, struct stat *at, struct fuse_file_info *file)
{
    return done(file ? fstat(file->fh, at) : fstatat(folder, below(path), at, AT_SYMLINK_NOFOLLOW));
}

static int list(const char *path, void *into, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *file,
                enum fuse_readdir_flags flags)
{
    struct dirent *entry;
    int fd = openat(folder, below(path), O_RDONLY | O_DIRECTORY);
    DIR *names = fd < 0 ? NULL : fdopendir(fd);
    (void)offset, (void)file, (void)flags;
    if (!names)
        return -errno;
    while ((entry = readdir(names)))
        fill(into, entry->d_name, NULL, 0, 0);
    closedir(names);
    return 0;
}

static int make(const char *path, mode_t mode, struct fuse_file_info *file)
{
    int fd = openat(folder, below(path), file->flags, mode);
    file->fh = fd;
    return fd < 0 ? -errno : 0;
}

static int open_(const char *path, struct fuse_file_info *file) { return make(path, 0, file); }

static int read_(const char *path, char *into, size_t size, off_t at, struct fuse_file_info *file)
{
    ssize_t got = pread(file->fh, into, size, at);
    (void)path;
    return got < 0 ? -errno : (int)got;
}

static int write_(const char *path, const char *from, size_t size, off_t at, struct fuse_file_info *file)
{
    ssize_t put = pwrite(file->fh, from, size, at);
    (void)path;
    return put < 0 ? -errno : (int)put;
}

static int cut(const char *path, off_t size, struct fuse_file_info *file)
{
    int fd = file ? (int)file->fh : openat(folder, below(path), O_WRONLY), result;
    if (fd < 0)
        return -errno;
    result = done(ftruncate(fd, size));
    if (!file)
        close(fd);
    return result;
}

static int sync_(const char *path, int data, struct fuse_file_info *file)
{
    (void)path;
    return done(data ? fdatasync(file->fh) : fsync(file->fh));
}

static int open_folder(const char *path, struct fuse_file_info *file)
{
    int fd = openat(folder, below(path), O_RDONLY | O_DIRECTORY);
    file->fh = fd;
    return fd < 0 ? -errno : 0;
}

static int sync_folder(const char *path, int data, struct fuse_file_info *file) { return sync_(path, data, file); }

/* The place of a program's locks on a file; NULL when there is no room. `make_one` makes it. */
static int *locks_of(const struct fuse_file_info *file, int make_one)
{
    struct stat at;
    char name[64];
    int free_place = -1;
    if (fstat(file->fh, &at))
        return NULL;
    for (int i = 0; i < owner_count; i++)
        if (owners[i].fd < 0)
            free_place = i;
        else if (owners[i].owner == file->lock_owner && owners[i].dev == at.st_dev && owners[i].ino == at.st_ino)
            return &owners[i].fd;
    if (!make_one)
        return NULL;
    if (free_place < 0 && owner_count == OWNERS)
        return NULL;
    if (free_place < 0)
        free_place = owner_count++;
    snprintf(name, sizeof name, "/proc/self/fd/%d", (int)file->fh);
    owners[free_place].owner = file->lock_owner;
    owners[free_place].dev = at.st_dev;
    owners[free_place].ino = at.st_ino;
    owners[free_place].fd = open(name, O_RDWR | O_CLOEXEC);
    return &owners[free_place].fd;
}

static int lock(const char *path, struct fuse_file_info *file, int command, struct flock *wanted)
{
    int *locks = locks_of(file, 1);
    (void)path;
    if (!locks || *locks < 0)
        return locks ? -errno : -ENOLCK;
    wanted->l_pid = 0;
    /* Nobody who comes through here waits for a lock: one thread serves all. */
    return done(fcntl(*locks, command == F_GETLK ? F_OFD_GETLK : F_OFD_SETLK, wanted));
}

/* A program closes a file: as everywhere, all its locks on that file end. */
static int flush(const char *path, struct fuse_file_info *file)
{
    int *locks = locks_of(file, 0);
    (void)path;
    if (locks) {
        close(*locks);
        *locks = -1;
    }
    return 0;
}

static int release(const char *path, struct fuse_file_info *file)
{
    (void)path;
    return done(close(file->fh));
}

static int unlink_(const char *path) { return done(unlinkat(folder, below(path), 0)); }
static int rmdir_(const char *path) { return done(unlinkat(folder, below(path), AT_REMOVEDIR)); }
static int mkdir_(const char *path, mode_t mode) { return done(mkdirat(folder, below(path), mode)); }

static int rename_(const char *from, const char *to, unsigned flags)
{
    return done(renameat2(folder, below(from), folder, below(to), flags));
}

static int allow(const char *path, mode_t mode, struct fuse_file_info *file)
{
    return done(file ? fchmod(file->fh, mode) : fchmodat(folder, below(path), mode, 0));
}

static int give(const char *path, uid_t user, gid_t group, struct fuse_file_info *file)
{
    (void)file;
    return done(fchownat(folder, below(path), user, group, AT_SYMLINK_NOFOLLOW));
}

static int touch(const char *path, const struct timespec times[2], struct fuse_file_info *file)
{
    (void)file;
    return done(utimensat(folder, below(path), times, AT_SYMLINK_NOFOLLOW));
}

static int room(const char *path, struct statvfs *at)
{
    (void)path;
    return done(fstatvfs(folder, at));
}

static const struct fuse_operations operations = {
    .init = begin, .getattr = get, .readdir = list, .create = make, .open = open_, .read = read_, .write = write_,
    .truncate = cut, .fsync = sync_, .opendir = open_folder, .fsyncdir = sync_folder, .releasedir = release,
    .lock = lock, .flush = flush, .release = release, .unlink = unlink_, .rmdir = rmdir_, .mkdir = mkdir_,
    .rename = rename_, .chmod = allow, .chown = give, .utimens = touch, .statfs = room,
};

int main(int count, char **words)
{
    if (count < 4 || (folder = open(words[1], O_RDONLY | O_DIRECTORY)) < 0)
        return 2;
    trusted = atof(words[2]);
    char *more[] = {words[0], "-s", "-f", "-o", "default_permissions,fsname=share", words[3]};
    return fuse_main(6, more, &operations, NULL);
}
