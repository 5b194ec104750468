# SPDX-License-Identifier: Apache-2.0
"""A refusal that crosses the border as status, key and message; and how other failures become one."""
import logging

import psycopg2
import psycopg2.pool

from trytond.exceptions import UserError, UserWarning
from trytond.model.exceptions import AccessError

logger = logging.getLogger('erp.modules')

STATUS = {
    'OK': 0, 'INVALID_ARGUMENT': -1, 'NOT_FOUND': -2, 'CONFLICT': -3, 'PERMISSION': -4, 'UNSUPPORTED': -5,
    'UNAVAILABLE': -6, 'BUSY': -7, 'DEADLINE': -8, 'CANCELLED': -9, 'LIMIT': -10, 'DATA_LOSS': -11,
    'WRONG_STATE': -12, 'WRONG_THREAD': -13, 'VERSION': -14, 'OUT_OF_RANGE': -15, 'INTERNAL': -16}
NAMES = {number: name for name, number in STATUS.items()}


class Refusal(Exception):
    def __init__(self, status, key, message):
        super().__init__(message)
        self.status = STATUS[status] if isinstance(status, str) else status
        self.key = key
        self.message = message

    @property
    def name(self):
        return NAMES.get(self.status, 'INTERNAL')


def as_refusal(failure):
    """Every failure has a status; what is nobody's fault but ours goes to the log with its trace."""
    if isinstance(failure, Refusal):
        return failure
    if isinstance(failure, AccessError):
        return Refusal('PERMISSION', 'tryton.access', str(failure))
    if isinstance(failure, (UserError, UserWarning)):
        return Refusal('INVALID_ARGUMENT', 'tryton.refused', str(failure))
    if isinstance(failure, (psycopg2.extensions.TransactionRollbackError, psycopg2.errors.LockNotAvailable,
            psycopg2.errors.UniqueViolation)):  # Tryton tells of its own constraints; what is left are ours
        return Refusal('BUSY', 'database.busy', "Somebody else changed the same rows; try again.")
    if isinstance(failure, psycopg2.pool.PoolError):
        return Refusal('BUSY', 'database.connections', "All of Tryton's connections to its database are taken; try again.")
    if isinstance(failure, psycopg2.errors.InsufficientPrivilege):
        return Refusal('PERMISSION', 'database.role', "Tryton's role in its database lacks a right (%s); it needs "
            "CREATEROLE, and to own the database." % failure.diag.message_primary)
    if isinstance(failure, psycopg2.errors.DependentObjectsStillExist):
        return Refusal('CONFLICT', 'database.depends', "The read views must be made again, and something else hangs on "
            "them: %s Take it away first." % failure.diag.message_detail)
    if isinstance(failure, (psycopg2.OperationalError, psycopg2.InterfaceError)):
        return Refusal('UNAVAILABLE', 'database.unavailable', "Tryton's database cannot be reached; try again.")
    if isinstance(failure, (ValueError, KeyError)):
        logger.info("A module's call was refused: %r", failure)
        return Refusal('INVALID_ARGUMENT', 'input.invalid', "The input is not as agreed: %s." % failure)
    logger.error("The host failed in a module's call.", exc_info=failure)
    return Refusal('INTERNAL', 'host.internal', "Tryton failed; see its log.")
