/* Triad of J. McCalpin's STREAM, a = b + s c, in float32: answers each line of standard input with
   the seconds of one pass over arrays of so many elements, given as the only argument. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int count, char **arguments)
{
    const size_t n = count > 1 ? strtoul(arguments[1], NULL, 10) : 0;
    float *a = malloc(n * sizeof *a), *b = malloc(n * sizeof *b), *c = malloc(n * sizeof *c);
    char line[16];

    if (n == 0 || !a || !b || !c)
        return 1;
    for (size_t i = 0; i < n; i++) {
        a[i] = 1;
        b[i] = 2;
        c[i] = 3;
    }
    puts("triad");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        const double start = seconds();
        for (size_t i = 0; i < n; i++)
            a[i] = b[i] + 0.5f * c[i];
        /* The sum is printed, so that the compiler cannot leave the loop out. */
        printf("%.9f %g\n", seconds() - start, (double)(a[0] + a[n - 1]));
        fflush(stdout);
    }
    return 0;
}
