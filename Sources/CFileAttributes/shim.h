// Extended attributes, device numbers and the like, which the platform modules of Swift leave out.
#include <sys/types.h>
#include <sys/xattr.h>
#ifdef __linux__
#include <sys/sysmacros.h>
int syncfs(int descriptor);
#endif

/// A device number from its two parts; a macro in C.
static inline unsigned long long cfileattributes_make_device(unsigned int major, unsigned int minor) {
    return (unsigned long long)makedev(major, minor);
}

/// The two parts of a device number.
static inline unsigned int cfileattributes_major(unsigned long long device) { return (unsigned int)major(device); }
static inline unsigned int cfileattributes_minor(unsigned long long device) { return (unsigned int)minor(device); }
