"""nbgrader on this repository: its command line and the formgrader read this file."""

c = get_config()  # noqa: F821  (nbgrader puts it there)

c.CourseDirectory.course_id = "acceleration"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"

# A stub that runs when the cell runs, and says what it is when it is called.
c.ClearSolutions.code_stub = {
    "python": "# Write your code here, in place of the next line.\n"
    'raise NotImplementedError("not written yet")'
}
c.ClearSolutions.text_stub = "*Write your answer here, in place of this line.*"

# Plain `nbgrader autograde` executes submissions in a kernel with your rights; the instructor's
# chapter has the line that lets it use the sandbox.

# A check counts interpreter steps and traces allocations: slower than the code that it checks.
c.Execute.timeout = 300
